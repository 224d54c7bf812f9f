/*
 * What the page does beyond showing itself: it writes times in the reader's time zone, filters while one types, orders
 * without loading the page anew, and keeps itself up to date. Filtering and ordering are the exporter's work: the page
 * asks for itself and puts the answer's live parts in the place of its own, so that everything works without this script
 * as well, and a long list is found in whole.
 *
 * It is sent within the page as it stands here, so it must not hold what would end a script element.
 */

const TYPING_PAUSE_MS = 200;

/** A connection that died while the machine slept, or with a VPN, brings neither an answer nor an error. */
const LONGEST_WAIT_MS = 30_000;

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

/**
 * The request whose answer is wanted; a later one takes its place.
 *
 * @type {AbortController | undefined}
 */
let current;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/**
 * Why the page is not up to date; undefined while it is.
 *
 * @type {string | undefined}
 */
let failure;
/** Whether what is under way, or comes next, is the page's own doing and not the reader's. */
let isOwnDoing = true;

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

/** The address of what is asked for, whatever stands in front of the exporter. */
function address() {
  const query = new URLSearchParams();
  if (filter.value.trim() !== '') query.set('q', filter.value.trim());
  if (order.value !== '') query.set('sort', order.value);
  const written = String(query);
  return written === '' ? location.pathname : `?${written}`;
}

/** @param {Document} later */
function replaceLiveParts(later) {
  const focused = document.activeElement?.id ?? '';
  const open = Array.from(document.querySelectorAll('[data-live] details[open]'), ({ id }) => id);
  const scrolled = Array.from(document.querySelectorAll('[data-live] .region'), ({ id, scrollLeft }) => ({
    id,
    scrollLeft,
  }));
  for (const part of document.querySelectorAll('[data-live]')) {
    const successor = later.getElementById(part.id);
    if (successor !== null) part.replaceWith(document.adoptNode(successor));
  }
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  for (const { id, scrollLeft } of scrolled) document.getElementById(id)?.scrollTo({ left: scrollLeft });
  if (focused !== '' && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  document.title = later.title;
  writeLocalTimes();
}

/**
 * Asks for the page and shows what is new.
 *
 * @param {'shown' | 'headline'} said what to say to who cannot see it: how many tokens there are, or how things are
 */
async function update(said) {
  withdraw();
  isOwnDoing = said === 'headline';
  const request = new AbortController();
  current = request;
  const late = setTimeout(() => request.abort(), LONGEST_WAIT_MS);
  const asked = address();
  const before = saying(said);
  try {
    // Whole, as `fetch` refuses the password that the page's own address may have. Browsers leave it out of this one.
    const answer = await fetch(new URL(asked, location.href), { signal: request.signal, redirect: 'error' });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    const later = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (current !== request) return;
    if (later.getElementById('as-of') === null) throw new Error('something else answers');
    replaceLiveParts(later);
    history.replaceState(null, '', asked);
    failure = undefined;
    if (saying(said) !== before) announcement.textContent = saying(said);
  } catch (error) {
    if (current !== request) return;
    failure = request.signal.aborted ? 'it does not answer' : reasonOf(error);
  } finally {
    clearTimeout(late);
  }
  tellTrouble();
  schedule();
}

/** Ends what is under way or about to begin, before something else is asked for. */
function withdraw() {
  clearTimeout(timer);
  current?.abort();
  current = undefined;
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof TypeError || !(error instanceof Error) ? 'it cannot be reached' : error.message;
}

function tellTrouble() {
  const next = isPaused() ? '' : ' It is asked again.';
  const text =
    failure === undefined ? '' : `This page is not up to date: the exporter was asked in vain (${failure}).${next}`;
  // An alert is read out whenever it is set, be it to the same words.
  if (trouble.textContent !== text) trouble.textContent = text;
}

function isPaused() {
  return pause.getAttribute('aria-pressed') === 'true';
}

/** @param {'shown' | 'headline'} said */
function saying(said) {
  return document.querySelector(said === 'shown' ? '#shown' : '.headline')?.textContent ?? '';
}

function schedule() {
  clearTimeout(timer);
  isOwnDoing = true;
  const seconds = Number(document.getElementById('as-of')?.dataset['refresh']);
  timer = setTimeout(updateUnlessDisturbing, seconds * 1000);
}

/** Not while nobody looks, while somebody marks text to copy it, or when told not to. */
function updateUnlessDisturbing() {
  if (isPaused()) return;
  if (document.visibilityState === 'visible' && (getSelection()?.isCollapsed ?? true)) update('headline');
  else schedule();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  update('shown');
});

filter.addEventListener('input', () => {
  // The end of an update under way would take the place of this timer, and show what is not asked for any more.
  withdraw();
  isOwnDoing = false;
  timer = setTimeout(() => update('shown'), TYPING_PAUSE_MS);
});

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-sort]') : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !plain) return;
  event.preventDefault();
  order.value = new URL(link.href).searchParams.get('sort') ?? '';
  update('shown');
});

pause.addEventListener('click', () => {
  pause.setAttribute('aria-pressed', String(!isPaused()));
  if (!isPaused()) update('headline');
  // What is under way would change the page all the same. What the reader asked for is shown.
  else if (isOwnDoing) withdraw();
  tellTrouble();
});

document.addEventListener('visibilitychange', updateUnlessDisturbing);

document.documentElement.classList.add('scripted');
pause.hidden = false;
writeLocalTimes();
schedule();
