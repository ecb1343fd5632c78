import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The house plan as lint (ARCHITECTURE.md): arrows point
 * app -> kiosk-shell -> drivers, vault, sync -> signing -> nothing of ours.
 */
const zones = [
  ['signing', ['app', 'kiosk-shell', 'drivers', 'vault', 'sync', 'test']],
  ['drivers', ['app', 'kiosk-shell', 'vault', 'sync', 'test']],
  ['vault', ['app', 'kiosk-shell', 'drivers', 'sync', 'test']],
  ['sync', ['app', 'kiosk-shell', 'drivers', 'vault', 'test']],
  ['sync/kiosk', ['sync/cloud']],
  ['sync/cloud', ['sync/kiosk']],
  ['sync/protocol', ['sync/cloud', 'sync/kiosk', 'sync/evidence']],
  ['sync/evidence', ['sync/cloud', 'sync/kiosk', 'sync/protocol']],
  ['signing/verification', ['signing/sealing']],
  ['kiosk-shell', ['app', 'test']],
  ['app', ['drivers', 'vault', 'sync', 'test']],
].flatMap(([target, froms]) =>
  froms.map((from) => ({
    target: `./${target}`,
    from: `./${from}`,
    message: `${target} may not import ${from} (ARCHITECTURE.md)`,
  })),
);

/** Packages with exactly one importer each. */
const soleImporters = {
  'better-sqlite3': 'vault/database.ts',
  koffi: 'vault/key-store/pkcs11.ts',
  'node-hid': 'drivers/hid/hid-transport.ts',
  usb: 'drivers/usb/usb-bus.ts',
  '@serialport/bindings-cpp': 'drivers/serial/serial-port.ts',
  '@electric-sql/pglite': 'sync/cloud/embedded-database.ts',
  pg: 'sync/cloud/postgres-database.ts',
  '@aws-sdk/client-s3': 'sync/cloud/s3-bucket.ts',
  'pg-boss': 'sync/cloud/jobs/queue.ts',
  'prom-client': 'kiosk-shell/observe/metrics.ts',
  '@napi-rs/canvas': 'drivers/screen/canvas.ts',
};
const noSole = (except) => ({
  paths: Object.entries(soleImporters)
    .filter(([, file]) => file !== except)
    .map(([name, file]) => ({ name, message: `only ${file} imports ${name}` })),
});
/** The domain has no I/O (style 4.2). */
const domainPaths = [
  'fs',
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:https',
  'node:net',
  'node:child_process',
  'next',
  'react',
];

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      '.next',
      '.countersign',
      '.cache',
      'next-env.d.ts',
      'app/public',
      'public',
      'test/fixtures',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'no-restricted-imports': ['error', noSole()],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ['signing/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [...noSole().paths, ...domainPaths.map((name) => ({ name, message: 'signing/ has no I/O' }))] },
      ],
    },
  },
  ...Object.values(soleImporters).map((file) => ({
    files: [file],
    rules: { 'no-restricted-imports': ['error', noSole(file)] },
  })),
  {
    files: ['app/**/*.tsx', 'app/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  {
    // Next wants default exports here, and configuration files are read by their tools.
    files: ['app/**/{page,layout,error,not-found,loading,template,default,global-error}.tsx', '**/*.config.{js,ts}'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['kiosk-shell/cli/**', 'kiosk-shell/*.mjs', 'test/bench/**', 'test/run.ts', 'test/validate.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Looks at a store from outside the code under test.
    files: ['test/support/ceph.ts'],
    rules: { 'no-restricted-imports': ['error', noSole('sync/cloud/s3-bucket.ts')] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
);
