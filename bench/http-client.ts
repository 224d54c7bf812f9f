import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

/** Longer than any request takes, so that the benchmark never hangs. */
const TIMEOUT_MS = 120_000;

export interface TimedResponse {
  /** Time from the request to the last byte. */
  readonly ms: number;
  readonly bytes: number;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** An HTTP client with keep-alive. It opens a connection per concurrent request. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  /** Sends a request and counts the bytes of the response. Throws unless it is complete and has status 2xx. */
  async time(url: string, options: RequestOptions = {}): Promise<TimedResponse> {
    let bytes = 0;
    const begin = performance.now();
    await this.#send(url, options, (chunk) => {
      bytes += chunk.length;
    });
    return { ms: performance.now() - begin, bytes };
  }

  /** Sends a request and returns the response body. Throws unless the response is complete and has status 2xx. */
  async text(url: string, options: RequestOptions = {}): Promise<string> {
    const chunks: Buffer[] = [];
    await this.#send(url, options, (chunk) => chunks.push(chunk));
    return Buffer.concat(chunks).toString();
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    url: string,
    { method = 'GET', headers = {}, body }: RequestOptions,
    onChunk: (chunk: Buffer) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent: this.#agent, timeout: TIMEOUT_MS }, (response) => {
        const { statusCode = 0 } = response;
        response.on('data', onChunk);
        response.on('error', reject);
        response.on('end', () => {
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(new Error(`${method} ${url}: HTTP ${statusCode}`));
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url}: no response in ${TIMEOUT_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
