/**
 * The driver of the STU pads on a genuine USB stack, by both roads, on pads that are byte-exact by `pads.md`: what it
 * says of itself, pictures by reports and by the bulk interface, encrypted captures, every sample in order.
 */
import assert from 'node:assert/strict';
import type { StuName } from '../../../drivers/simulated/stu-facts.ts';
import type { Drill } from '../drill.ts';
import { asStock, byHidraw, findOnly, withOpen, withPads } from './desk.ts';
import { assertBlank, stuContract } from './stu-contract.ts';

const SERIAL = 'LAB0000001';
const ROADS = [
  { road: 'libusb', words: 'taken from the kernel', boot: asStock },
  { road: 'hidraw', words: 'through hidraw', boot: byHidraw },
] as const;
/** The three of the main line first; then those with the older encryption, which have two samples in a report or one. */
const MODELS: readonly StuName[] = ['stu-430', 'stu-530', 'stu-540', 'stu-520', 'stu-500', 'stu-300'];

export const drills: readonly Drill[] = ROADS.flatMap(({ road, words, boot }) =>
  MODELS.map((model): Drill => ({
    name: `a ${model.toUpperCase()} ${words} keeps the contract: identity, pictures, encrypted ink, every sample`,
    timeoutMs: 120_000,
    run: (lab) =>
      boot(() =>
        withPads([{ model, serial: SERIAL }], async (pad) => {
          await pad.plug();
          const found = await findOnly(road);
          assert.equal(found.road, road);
          assert.equal(found.serial, SERIAL);
          await withOpen(found, (heard) => stuContract(lab, model, found, pad, heard));
          assertBlank(await pad.screen());
        }),
      ),
  })),
);
