import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import type { SendWebhook } from './webhook-address.ts';
import { signedHeaders, webhookSecret } from './webhook-secrets.ts';
import type { WebhookPorts } from './webhooks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After each failure the next wait: about five days in all, then the message is set aside. */
const WAITS_MS = [MINUTE / 2, 5 * MINUTE, HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, ...Array<number>(4).fill(24 * HOUR)];
/** Longer than any exchange lasts: what a process that died had in hand is sent again by another one. */
const IN_HAND_MS = 2 * MINUTE;
/** Webhooks that are sent to at the same time; the messages of one go one after another. */
const AT_ONCE = 8;
/** Messages of one webhook in one run; the next run is seconds away. */
const PER_RUN = 50;

const dueRow = z.object({
  id: z.string(),
  body: z.string(),
  attempts: z.number(),
  url: z.string(),
  secret: z.number(),
  earlier_secret_until: z.date().nullable(),
});

/**
 * Sends what is due. A message may arrive twice (its id says so) and not in order (its time says so). A webhook that does
 * not answer costs one message a run, and holds no other up. Gives the number of messages that arrived.
 */
export async function deliverWebhooks(
  ports: Omit<WebhookPorts, 'newId'> & { readonly send: SendWebhook },
): Promise<number> {
  const rows = await ports.database.query(
    'select distinct endpoint from webhook_messages where due_at <= $1 order by endpoint',
    [isoTime(ports.clock.now())],
  );
  const endpoints = rows.map((row) => z.string().parse(row['endpoint'])).values();
  let arrived = 0;
  // Each takes the next of the same iterator.
  const sendTo = async (): Promise<void> => {
    for (const endpoint of endpoints) {
      for (let sent = 0; sent < PER_RUN && (await deliverNext(ports, endpoint)); sent += 1) arrived += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendTo));
  return arrived;
}

/** False when nothing is due, or what was due did not arrive. */
async function deliverNext(
  { database, clock, webhookKey, send }: Parameters<typeof deliverWebhooks>[0],
  endpoint: string,
): Promise<boolean> {
  const now = clock.now();
  // Taken in hand before it is sent, not locked meanwhile: no transaction is open while somebody else's server thinks.
  const [found] = await database.query(
    `update webhook_messages m set due_at = $2, attempts = attempts + 1 from webhook_endpoints e
     where e.id = m.endpoint and m.id = (select id from webhook_messages
       where endpoint = $3 and due_at <= $1 order by made_at, id limit 1 for update skip locked)
     returning m.id, m.body, m.attempts, e.url, e.secret, e.earlier_secret_until`,
    [isoTime(now), isoTime(now + IN_HAND_MS), endpoint],
  );
  if (found === undefined) return false;
  const row = dueRow.parse(found);
  const earlier = (row.earlier_secret_until?.getTime() ?? 0) > now ? [row.secret - 1] : [];
  const secrets = [row.secret, ...earlier].map((number) => webhookSecret(webhookKey, endpoint, number));
  const result = await send(row.url, signedHeaders(secrets, row, Math.floor(now / 1000)), row.body);
  if (result === 'delivered') {
    await database.query('update webhook_messages set due_at = null, delivered_at = $2, problem = null where id = $1', [
      row.id,
      isoTime(clock.now()),
    ]);
    return true;
  }
  const wait = WAITS_MS[row.attempts - 1];
  await database.query('update webhook_messages set due_at = $2, problem = $3 where id = $1 and delivered_at is null', [
    row.id,
    wait === undefined ? null : isoTime(clock.now() + wait),
    result,
  ]);
  return false;
}
