import { createSecretKey } from 'node:crypto';
import { protectVault } from '../../vault/protect-vault.ts';

/** Protects the vault named first under the key of that many equal bytes; says when it begins. */
const [, , file = '', byte = ''] = process.argv;
process.stdout.write('begin\n');
protectVault(file, createSecretKey(Buffer.alloc(32, Number(byte))));
