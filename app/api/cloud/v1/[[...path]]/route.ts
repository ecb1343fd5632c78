import { runtime } from '../../../../_server/runtime.ts';
import { refusal } from '../../../../_server/answer.ts';

/** Devices (tus uploads, receipts): the cloud reads the request itself and authenticates by device token. */
async function handle(request: Request): Promise<Response> {
  const running = runtime();
  return running.role === 'cloud' ? running.handleDevice(request) : refusal('not-found', 404);
}

export {
  handle as GET,
  handle as POST,
  handle as PUT,
  handle as PATCH,
  handle as DELETE,
  handle as HEAD,
  handle as OPTIONS,
};
