/*
 * Enhances the status page, which also works without JavaScript. The script shows times in the reader's time zone,
 * filters while the reader types, sorts without loading the page again, and refreshes the page. The exporter does the
 * filtering and sorting: the script fetches the page and replaces its live parts by those of the response.
 *
 * The page contains this file unchanged, so it must not contain the end tag of a script element.
 */

/** Delay between the last keystroke and the request. */
const TYPING_DELAY_MS = 200;

/** After suspend or a VPN change, a connection may be dead without an error. */
const REQUEST_TIMEOUT_MS = 30_000;

const ZONED = new Intl.DateTimeFormat('en', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

const form = element('filter', HTMLFormElement);
const filter = element('q', HTMLInputElement);
const order = element('sort', HTMLInputElement);
const pause = element('pause', HTMLButtonElement);
const trouble = element('trouble', HTMLElement);
const announcement = element('announcement', HTMLElement);
const heading = element('tokens-heading', HTMLElement);

/**
 * The current request. Responses to earlier requests are ignored.
 *
 * @type {AbortController | undefined}
 */
let current;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/**
 * Why the last update failed; undefined if it succeeded.
 *
 * @type {string | undefined}
 */
let failure;
/** Whether the current or next update is an automatic refresh, not an action of the reader. */
let isRefresh = true;

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

function writeLocalTimes() {
  for (const time of document.querySelectorAll('time')) {
    const parts = Object.fromEntries(
      ZONED.formatToParts(new Date(time.dateTime)).map(({ type, value }) => [type, value]),
    );
    const { year, month, day, hour, minute, timeZoneName } = parts;
    time.textContent = `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
  }
}

/** Returns the URL for the current filter and order, relative so that it works behind any reverse proxy. */
function currentUrl() {
  const query = new URLSearchParams();
  if (filter.value.trim() !== '') query.set('q', filter.value.trim());
  if (order.value !== '') query.set('sort', order.value);
  const search = String(query);
  return search === '' ? location.pathname : `?${search}`;
}

/** @param {Document} newPage */
function replaceLiveParts(newPage) {
  const focused = document.activeElement?.id ?? '';
  const open = Array.from(document.querySelectorAll('[data-live] details[open]'), ({ id }) => id);
  const scrolled = Array.from(document.querySelectorAll('[data-live] .region'), ({ id, scrollLeft }) => ({
    id,
    scrollLeft,
  }));
  for (const part of document.querySelectorAll('[data-live]')) {
    const replacement = newPage.getElementById(part.id);
    if (replacement !== null) part.replaceWith(document.adoptNode(replacement));
  }
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  for (const { id, scrollLeft } of scrolled) document.getElementById(id)?.scrollTo({ left: scrollLeft });
  if (focused !== '' && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  document.title = newPage.title;
  writeLocalTimes();
}

/**
 * Fetches the page and shows its new content.
 *
 * @param {'shown' | 'headline'} announced the text for screen readers: the number of tokens or the headline
 */
async function update(announced) {
  cancel();
  isRefresh = announced === 'headline';
  const request = new AbortController();
  current = request;
  const timeout = setTimeout(() => request.abort(), REQUEST_TIMEOUT_MS);
  const url = currentUrl();
  const before = announcementText(announced);
  try {
    // An absolute URL: `fetch` rejects a relative one if the page's URL contains a password. `location.href` omits it.
    const response = await fetch(new URL(url, location.href), { signal: request.signal, redirect: 'error' });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const newPage = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (current !== request) return;
    if (newPage.getElementById('as-of') === null) throw new Error('the response is not the status page');
    replaceLiveParts(newPage);
    history.replaceState(null, '', url);
    failure = undefined;
    if (announcementText(announced) !== before) announcement.textContent = announcementText(announced);
  } catch (error) {
    if (current !== request) return;
    failure = request.signal.aborted ? 'no response' : reasonOf(error);
  } finally {
    clearTimeout(timeout);
  }
  showFailure();
  schedule();
}

/** Cancels the current request and the next scheduled update. */
function cancel() {
  clearTimeout(timer);
  current?.abort();
  current = undefined;
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof TypeError || !(error instanceof Error) ? 'the exporter cannot be reached' : error.message;
}

function showFailure() {
  const retry = isPaused() ? '' : ' The page retries automatically.';
  const text = failure === undefined ? '' : `This page is out of date: the last update failed (${failure}).${retry}`;
  // Screen readers announce an alert whenever it is set, even to the same text.
  if (trouble.textContent !== text) trouble.textContent = text;
}

function isPaused() {
  return pause.getAttribute('aria-pressed') === 'true';
}

/** @param {'shown' | 'headline'} announced */
function announcementText(announced) {
  return document.querySelector(announced === 'shown' ? '#shown' : '.headline')?.textContent ?? '';
}

function schedule() {
  clearTimeout(timer);
  isRefresh = true;
  const seconds = Number(document.getElementById('as-of')?.dataset['refresh']);
  timer = setTimeout(refresh, seconds * 1000);
}

/** Refreshes the page, unless it is paused or hidden, or the reader has selected text. */
function refresh() {
  if (isPaused()) return;
  if (document.visibilityState === 'visible' && (getSelection()?.isCollapsed ?? true)) update('headline');
  else schedule();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  update('shown');
});

filter.addEventListener('input', () => {
  // Otherwise the end of the current update would replace this timer and show the result of the old filter.
  cancel();
  isRefresh = false;
  timer = setTimeout(() => update('shown'), TYPING_DELAY_MS);
});

/**
 * Returns the link that the reader clicked, and prevents that the browser follows it. A click that opens another tab or
 * window keeps its effect.
 *
 * @param {MouseEvent} event
 * @param {string} selector
 * @returns {HTMLAnchorElement | undefined}
 */
function clickedLink(event, selector) {
  const link = event.target instanceof Element ? event.target.closest(selector) : null;
  const isPlainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !isPlainClick) return undefined;
  event.preventDefault();
  return link;
}

document.addEventListener('click', (event) => {
  const link = clickedLink(event, 'a[data-sort]');
  if (link === undefined) return;
  order.value = new URL(link.href).searchParams.get('sort') ?? '';
  update('shown');
});

document.addEventListener('click', (event) => {
  const link = clickedLink(event, 'a[data-filter]');
  if (link === undefined) return;
  filter.value = new URL(link.href).searchParams.get('q') ?? '';
  // As the fragment of the link does without this script.
  update('shown').then(() => heading.focus());
});

pause.addEventListener('click', () => {
  pause.setAttribute('aria-pressed', String(!isPaused()));
  if (!isPaused()) update('headline');
  // A refresh in progress would still change the page. An update by the reader continues.
  else if (isRefresh) cancel();
  showFailure();
});

document.addEventListener('visibilitychange', refresh);

document.documentElement.classList.add('scripted');
pause.hidden = false;
writeLocalTimes();
schedule();
