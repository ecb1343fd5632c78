import type { BrowserContext, Page } from 'playwright-core';

/** Collects what a browser complains of: console errors and uncaught exceptions. A test that leaves any behind has failed. */
export class Watch {
  readonly #found: string[] = [];
  #allowed: RegExp[] = [];

  /** Complaints a test provokes on purpose, such as the browser's own line about an answer 401. */
  allow(...patterns: readonly RegExp[]): void {
    this.#allowed = [...this.#allowed, ...patterns];
  }

  follow(context: BrowserContext): void {
    context.on('page', (page) => this.#page(page));
  }

  problems(): readonly string[] {
    return this.#found.filter((one) => !this.#allowed.some((pattern) => pattern.test(one)));
  }

  forget(): void {
    this.#found.length = 0;
    this.#allowed = [];
  }

  #page(page: Page): void {
    const where = (): string => new URL(page.url(), 'about:blank').pathname;
    page.on('console', (message) => {
      if (message.type() === 'error')
        this.#found.push(`${where()}: ${message.text()} (${pathOf(message.location().url)})`);
    });
    page.on('pageerror', (error) => this.#found.push(`${where()}: uncaught ${error.message}`));
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
