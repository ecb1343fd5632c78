import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withModels, withProof } from '../../drivers/models-page.ts';
import { modelNamed, modelOf, padModels } from '../../drivers/pad-models.ts';
import { topazModels } from '../../drivers/topaz/topaz-models.ts';
import { padMakers } from '../../drivers/undriven-pads.ts';
import { drillFiles } from '../lab/drill-files.ts';

const all = [...padModels, ...topazModels, ...padMakers];

describe('the table of models', () => {
  it('names each USB identity once', () => {
    const keys = padModels.map(({ vid, pid }) => `${vid}:${pid}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(all.map(({ maker, model }) => `${maker} ${model}`)).size).toBe(all.length);
  });

  it('claims of no model that it has met a device, and of none that is not driven that it was tried', () => {
    for (const { proven, driver } of all) {
      expect(proven).not.toBe('device');
      expect(proven === null).toBe(driver.kind === 'recognised');
    }
  });

  it('says of a model that the lab proved it only where a drill of the lab is about it', async () => {
    const names = (await drillFiles()).flatMap(({ drills }) => drills.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(0);
    for (const { model, proven } of all) {
      if (proven !== 'lab') continue;
      const plain = model.replace(' (serial)', '');
      expect(names.filter((name) => new RegExp(`\\b${plain}(?![\\w-])`, 'i').test(name))).not.toEqual([]);
    }
  });

  it('is the one on the page of the folder (node drivers/write-models-page.ts)', async () => {
    const page = await readFile(new URL('../../drivers/README.md', import.meta.url), 'utf8');
    expect(withModels(page)).toBe(page);
    for (const { maker, model } of all) expect(page).toContain(`| ${maker} ${model} `);
    expect(() => withModels('no marks')).toThrow('no place');
  });

  it('is on the first page by what each was proven on', async () => {
    const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    expect(withProof(page)).toBe(page);
    for (const { maker, model } of all) expect(page).toContain(`${maker} ${model}`);
  });

  it('gives each driven model a scale to read its samples by', () => {
    for (const { driver, geometry, shows } of all) {
      if (driver.kind === 'recognised') continue;
      expect(Math.min(geometry.maxX, geometry.maxY, geometry.unitsPerInch?.x ?? 0)).toBeGreaterThan(0);
      expect(geometry.screen !== null).toBe(shows === 'own-screen');
    }
  });

  it('says why a model is not driven, in a code and in a sentence without its name', () => {
    const undriven = all.flatMap(({ driver }) => (driver.kind === 'recognised' ? [driver] : []));
    expect(new Set(undriven.map(({ code }) => code))).toEqual(
      new Set(['needs-tls', 'protocol-not-public', 'keyboard', 'needs-setting']),
    );
    for (const { reason } of undriven) expect(reason).toMatch(/^[a-z].{20,}[^.]$/);
  });
});

describe('finding a model', () => {
  it('goes by both numbers', () => {
    expect(modelOf(0x056a, 0x00fb)?.model).toBe('DTU-1031');
    expect(modelOf(0x046d, 0x00fb)).toBeNull();
    expect(modelOf(0x056a, 0x03a6)).toBeNull();
    expect(modelNamed('PD1011').maker).toBe('ViewSonic');
  });

  it('knows a pad by its maker where the maker makes nothing else, the same at every look', () => {
    const unlisted = modelOf(0x22c9, 0x0999);
    expect(unlisted).toMatchObject({ maker: 'StepOver', vid: 0x22c9, pid: 0x0999, driver: { kind: 'recognised' } });
    expect(modelOf(0x22c9, 0x0999)).toBe(unlisted);
    expect(modelOf(0x18fb, 0x0001)).toMatchObject({ driver: { code: 'keyboard' } });
  });

  it('does not take the touch screen of a Delta for a second pad', () => {
    expect(modelOf(0x2133, 0x0018)?.driver.kind).toBe('signotec-delta');
    expect(modelOf(0x2133, 0x0019)).toBeNull();
  });

  it('does not take a serial adapter for a Topaz pad: that is for the configuration to say', () => {
    expect(modelOf(0x0403, 0x6001)).toMatchObject({ maker: 'FTDI', driver: { code: 'needs-setting' } });
  });
});
