/** Next calls this once per server process, before the first request. */
export async function register(): Promise<void> {
  // The condition is literal so that the edge build drops the branch with its node modules.
  if (process.env['NEXT_RUNTIME'] === 'nodejs') {
    const { startRuntime } = await import('./app/_server/start-runtime.ts');
    await startRuntime();
  }
}
