'use client';

import { useEffect, useState } from 'react';

/** Wall clock in milliseconds for ages on screen. Begins with the server's moment, so that both write the same text. */
export function useNow(initial: number, everyMs = 15_000): number {
  const [now, setNow] = useState(initial);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
