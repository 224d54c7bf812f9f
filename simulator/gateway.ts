import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Dialect, gatewayOf } from './dialects.ts';
import { type HttpResponse, jsonResponse, textResponse } from './http.ts';

/** The parts of a request that a gateway checks. */
export interface GatewayRequest {
  readonly headers: IncomingHttpHeaders;
  /** The client's address. */
  readonly address: string;
}

/** The decision about a request. */
export interface Admission {
  /** Headers for every response to the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response if the request does not reach the API. */
  readonly rejection?: HttpResponse;
}

/** The rule of `strict-rate-limit`, for each credential: a scrape per minute never reaches it. */
export const RATE_LIMIT = { calls: 1, windowSeconds: 10 };

/** The rule of `waf`, for each client address: all accounts of an exporter share it. */
export const WAF_LIMIT = { calls: 20, windowSeconds: 10 };

/** User agents of tools and libraries. A firewall often blocks them, because scanners do not change them. */
const BARE_TOOL =
  /^(?:aiohttp|axios|curl|go-http-client|got|java|libwww-perl|node|okhttp|postmanruntime|python|ruby|scrapy|undici|wget)\b/i;

/** Checks requests before they reach the API, as the dialect requires, and counts them by the simulated clock. */
export class Gateway {
  readonly #byCredential = new CallWindows(RATE_LIMIT);
  readonly #byAddress = new CallWindows(WAF_LIMIT);

  /** Decides about a request and counts it. `now` is in milliseconds since 1970. */
  admit(dialect: Dialect, request: GatewayRequest, now: number): Admission {
    switch (gatewayOf(dialect)) {
      case 'rate-limit':
        return this.#limitRate(request, now);
      case 'waf':
        return this.#filter(request, now);
      case undefined:
        return { headers: {} };
    }
  }

  #limitRate({ headers: { authorization = '' } }: GatewayRequest, now: number): Admission {
    const { allowed, remaining, resetSeconds } = this.#byCredential.count(authorization, now);
    const headers = {
      'RateLimit-Policy': `${RATE_LIMIT.calls};w=${RATE_LIMIT.windowSeconds}`,
      'RateLimit-Limit': String(RATE_LIMIT.calls),
      'RateLimit-Remaining': String(remaining),
      'RateLimit-Reset': String(resetSeconds),
      'X-RateLimit-Limit': String(RATE_LIMIT.calls),
      'X-RateLimit-Remaining': String(remaining),
      // Unlike the header of the draft, this one is usually an instant: Unix seconds.
      'X-RateLimit-Reset': String(Math.floor(now / 1000) + resetSeconds),
    };
    if (allowed) return { headers };
    const errors = [{ message: 'Too many requests', extensions: { code: 'RATE_LIMITED' } }];
    return { headers, rejection: jsonResponse(429, { errors }, { 'Retry-After': String(resetSeconds) }) };
  }

  #filter({ headers: { accept, 'user-agent': userAgent }, address }: GatewayRequest, now: number): Admission {
    const ray = randomBytes(8).toString('hex');
    const headers = { Server: 'cloudflare', 'CF-RAY': `${ray}-FRA`, 'CF-Cache-Status': 'DYNAMIC' };
    const { allowed, resetSeconds } = this.#byAddress.count(address, now);
    if (!allowed) {
      return { headers, rejection: page(429, 'Too many requests', ray, { 'Retry-After': String(resetSeconds) }) };
    }
    if (!accept || !userAgent || BARE_TOOL.test(userAgent)) {
      return { headers, rejection: page(403, 'Access denied', ray) };
    }
    // The origin's load balancer adds this header, so a response of the firewall lacks it.
    return { headers: { ...headers, Via: '1.1 google' } };
  }
}

/** Creates the HTML page of a firewall. */
function page(status: number, title: string, ray: string, headers: Record<string, string> = {}): HttpResponse {
  const html = `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>The security service of this site has blocked your request.</p>\n<p>Ray ID: ${ray}</p>\n</body>\n</html>\n`;
  return textResponse(status, html, { 'Content-Type': 'text/html; charset=UTF-8', ...headers });
}

interface CallWindow {
  readonly start: number;
  calls: number;
}

/** Counts calls in windows of fixed length. Each key has a window, which starts with the first call after the last one. */
class CallWindows {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #windows = new Map<string, CallWindow>();

  constructor({ calls, windowSeconds }: { readonly calls: number; readonly windowSeconds: number }) {
    this.#limit = calls;
    this.#windowMs = windowSeconds * 1000;
  }

  /** Counts a call. `resetSeconds` are the seconds until the window ends, rounded up. */
  count(key: string, now: number): { allowed: boolean; remaining: number; resetSeconds: number } {
    // The oldest windows are first. Without this, the map would keep every key.
    for (const [known, window] of this.#windows) {
      if (this.#isOpen(window, now)) break;
      this.#windows.delete(known);
    }
    let window = this.#windows.get(key);
    if (window === undefined || !this.#isOpen(window, now)) {
      window = { start: now, calls: 0 };
      this.#windows.delete(key);
      this.#windows.set(key, window);
    }
    window.calls += 1;
    return {
      allowed: window.calls <= this.#limit,
      remaining: Math.max(0, this.#limit - window.calls),
      resetSeconds: Math.ceil((window.start + this.#windowMs - now) / 1000),
    };
  }

  /** Reports whether a window contains an instant. The clock can move backwards, to before the window. */
  #isOpen({ start }: CallWindow, now: number): boolean {
    return now >= start && now < start + this.#windowMs;
  }
}
