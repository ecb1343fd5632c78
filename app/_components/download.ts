/** Hands an answer of ours to the browser as a file, under the name it came with. */
export async function download(response: Response, fallback: string): Promise<void> {
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = nameOf(response.headers.get('content-disposition') ?? '') ?? fallback;
  link.click();
  // Revoked once the browser has taken it over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The name in UTF-8 (RFC 8187), else the plain one. */
export function nameOf(disposition: string): string | null {
  const utf8 = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  return utf8 === undefined ? (/filename="([^"]+)"/.exec(disposition)?.[1] ?? null) : decodeURIComponent(utf8);
}

/** Prints a page of ours that needs nothing, by way of a frame that may not run scripts. */
export async function printPage(response: Response): Promise<void> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.title = 'report';
  frame.hidden = true;
  frame.srcdoc = await response.text();
  await new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true });
    document.body.append(frame);
  });
  // Some browsers print while the page goes on: the frame goes when the paper is done, or with the screen.
  frame.contentWindow?.addEventListener('afterprint', () => frame.remove(), { once: true });
  frame.contentWindow?.print();
}
