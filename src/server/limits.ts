/** The resources that clients may use. Scrapers need only a small part of them. */
export const LIMITS = {
  /**
   * Maximum number of concurrent connections. Each needs a file descriptor. The usual limit of a process is a few
   * thousand, so enough remain for requests to the API.
   */
  maxConnections: 1_000,
  /** Maximum total size of the headers of a request. */
  maxHeaderBytes: 16 * 1024,
  /** Time from the start of a connection or request to the end of the request's headers. */
  headersTimeoutMs: 10_000,
  /** Time from the start of a request to the end of its body. The response has a timeout of its own. */
  requestTimeoutMs: 30_000,
  /** Interval at which Node checks the two timeouts above, which can be exceeded by this much. */
  timeoutCheckMs: 1_000,
  /** No endpoint expects a body, but some clients send one. Smaller bodies are read and discarded. */
  maxBodyBytes: 1024,
  /** Maximum number of pipelined requests that wait on one connection. */
  maxPipelined: 128,
  /** Time from the first to the last byte of a response. The preceding API request has its own timeout. */
  responseTimeoutMs: 120_000,
  /** If there are too many connections, those without a request for this long are closed first. */
  firstRequestTimeoutMs: 1_000,
  /**
   * How long idle connections stay open. Prometheus closes its idle connections after 5 minutes. Because it closes them
   * first, it never sends a scrape over a connection that the server is closing.
   */
  keepAliveMs: 6 * 60_000,
  /** Time from the start of a connection to the end of its TLS handshake. */
  handshakeTimeoutMs: 10_000,
  /** Time to read an error response. Closing a socket with unread data resets it, and the client loses the response. */
  closeTimeoutMs: 500,
  /** How long a shutdown waits for responses in progress. */
  shutdownTimeoutMs: 5_000,
};

export type Limits = Readonly<typeof LIMITS>;
