/** What a client may take up of the server. Nothing a scraper needs comes near. */
export const LIMITS = {
  /**
   * Connections at once. Each takes a file descriptor; this many leave room for the calls to the API below the usual
   * bound of some thousands.
   */
  maxConnections: 1_000,
  /** All headers of a request together. */
  maxHeaderBytes: 16 * 1024,
  /** From a connection's beginning, or a request's, to the end of its headers. */
  headersTimeoutMs: 10_000,
  /** From a request's beginning to the end of its body; how long its answer may take is no matter of this. */
  requestTimeoutMs: 30_000,
  /** How often Node looks for requests that are late, by which the two above can be exceeded. */
  timeoutCheckMs: 1_000,
  /** No endpoint takes a body. Some clients send one all the same: what is small is read and dropped. */
  maxBodyBytes: 1024,
  /** Requests that wait on one connection for the answer to one before. */
  maxPipelined: 128,
  /** From an answer's first byte to its last. The wait for the API lies before, and has limits of its own. */
  responseTimeoutMs: 120_000,
  /** Where there are too many connections, those that have asked for nothing for so long are ended first. */
  firstRequestTimeoutMs: 1_000,
  /**
   * How long an idle connection is kept. Prometheus closes its own after 5 minutes: as it is the first to, no scrape is
   * sent over a connection that is being closed.
   */
  keepAliveMs: 6 * 60_000,
  /** From a connection's beginning to the end of its TLS handshake. */
  handshakeTimeoutMs: 10_000,
  /** After a refusal, for the client to read it: closed with data unread, a connection is reset, and the answer lost. */
  closeTimeoutMs: 500,
  /** Answers under way get so long to finish once shutdown has begun. */
  shutdownTimeoutMs: 5_000,
};

export type Limits = Readonly<typeof LIMITS>;
