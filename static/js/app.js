// The one script of every page: htmx and a few small helpers. Everything works without it.
import htmx from "htmx.org";

import { startChips } from "./chips.js";
import { startCopies } from "./copy.js";
import { startCounters } from "./counter.js";
import { startDrafts } from "./draft.js";
import { startFocus } from "./focus.js";
import { startKeys } from "./keys.js";
import { startNetwork } from "./network.js";
import { startOnce } from "./once.js";
import { startSlides } from "./slides.js";
import { startToasts } from "./toasts.js";
import { startUploaders } from "./uploader.js";

document.documentElement.classList.add("js");

startNetwork(htmx);
startOnce();
startToasts();
startKeys();
startDrafts();

// These look at pieces of the page, also at those that htmx brings later.
htmx.onLoad((piece) => {
  startChips(piece);
  startCopies(piece);
  startCounters(piece);
  startFocus(piece);
  startSlides(piece);
  startUploaders(piece, htmx);
});
