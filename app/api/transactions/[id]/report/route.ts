import { z } from 'zod';

import { refusal } from '../../../../_server/answer.ts';
import { reportAnswer, reportWanted } from '../../../../_server/report-answer.ts';
import { kioskRoute } from '../../../../_server/route.ts';
import { id } from '../../../../_server/shapes.ts';
import { statusOfAct } from '../../../../_server/status.ts';

/** The report as a file. Like checking on screen it reads personal data, which is an audit entry: an act. */
export const POST = kioskRoute(
  { who: 'manager', params: z.object({ id }), body: reportWanted },
  async ({ kiosk, params, body, actor }) => {
    const saved = await kiosk.saveReport(params.id, body, actor);
    return saved.ok ? reportAnswer(saved.value) : refusal(saved.error.code, statusOfAct(saved.error.code));
  },
);
