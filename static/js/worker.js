/*
 * The service worker: tickets that were opened once (and the page of the door, for staff) open without a connection.
 * Nothing else is kept. What is kept belongs to one member, whom the page names ([data-keep]): another one's page empties it,
 * and so does signing out (keep.js). Its scopes are narrow, so that no other page of the portal passes through here.
 */
const KEPT = "kept-";
const KEEPABLE = /^\/me\/tickets(\/[0-9a-z]{26})?$|^\/console\/events\/[a-z0-9-]+\/door$/;
const WHOSE = /data-keep="([0-9a-z]{26})"/;
/** At a crowded gate a connection may be there and never answer: then the copy is better. In milliseconds. */
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** A page tells which files it shows; the first time it has to be fetched once more itself. */
self.addEventListener("message", (event) => {
  const page = new URL(event.source?.url ?? "/", self.location.origin);
  if (isKeepable(page)) event.waitUntil(keepWithFiles(page, event.data?.files ?? []));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || request.headers.has("HX-Request")) return;
  if (request.mode !== "navigate") {
    event.respondWith(openFile(request));
  } else if (isKeepable(url)) {
    event.respondWith(open(event, url));
  }
});

function isKeepable(url) {
  return url.origin === self.location.origin && KEEPABLE.test(url.pathname);
}

async function keepWithFiles(page, files) {
  if (!(await findCopy(page.pathname))) await keep(page, await fetch(page));
  const cache = await mine();
  for (const file of cache ? files : []) {
    if (new URL(file).origin !== page.origin || (file.includes("/assets/") && (await cache.match(file)))) continue;
    await cache.add(file).catch(() => {}); // one picture less
  }
}

/** A copy of a page may show files that a newer build has taken away. */
async function openFile(request) {
  const answer = await fetch(request).catch(() => Response.error());
  return answer.ok || answer.status === 304 ? answer : ((await findCopy(request.url)) ?? answer);
}

/** From the network; the copy when there is no answer, or none in time. */
async function open(event, url) {
  const answer = fetch(event.request).then((response) => {
    event.waitUntil(keep(url, response.clone()));
    return response;
  });
  const copy = await findCopy(url.pathname);
  if (!copy) return answer;
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(copy), PATIENCE);
  });
  const inTime = answer.then((response) => (response.status < 500 ? response : copy)).catch(() => copy);
  return Promise.race([inTime, late]).finally(() => clearTimeout(timer));
}

/** The page as it is now, for the member it names. A ticket that is not theirs any more is kept no longer. */
async function keep(url, response) {
  if (response.status === 404) return (await mine())?.delete(url.pathname);
  const whole = response.ok && !response.redirected && !url.search;
  const text = whole ? await response.text() : "";
  const whose = text.match(WHOSE)?.[1];
  if (!whose) return undefined;
  await forgetOthers(KEPT + whose);
  const cache = await caches.open(KEPT + whose);
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  // The sentence that tells when this was saved stands in the page already, hidden.
  return cache.put(url.pathname, new Response(text.replace(/(data-kept-copy) hidden/g, "$1"), { headers }));
}

async function forgetOthers(name) {
  const others = (await caches.keys()).filter((other) => other.startsWith(KEPT) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
}

async function mine() {
  const name = (await caches.keys()).find((one) => one.startsWith(KEPT));
  return name && caches.open(name);
}

function findCopy(address) {
  return caches.match(address, { ignoreVary: true });
}
