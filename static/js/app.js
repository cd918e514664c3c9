// The one script of every page: htmx and a few small helpers. Everything works without it.
import htmx from "htmx.org";

import { startChips } from "./chips.js";
import { startChoosing } from "./choosing.js";
import { startCopies } from "./copy.js";
import { startCountdowns } from "./countdown.js";
import { startCounters } from "./counter.js";
import { forgetLists } from "./door/store.js";
import { startDrafts } from "./draft.js";
import { startFocus } from "./focus.js";
import { startKeeping } from "./keep.js";
import { startKeys } from "./keys.js";
import { startNetwork } from "./network.js";
import { startOnce } from "./once.js";
import { startSlides } from "./slides.js";
import { startSteppers } from "./stepper.js";
import { startToasts } from "./toasts.js";
import { startUploaders } from "./uploader.js";

document.documentElement.classList.add("js");

startNetwork(htmx);
startOnce();
startToasts();
startKeys();
startDrafts();
startKeeping();

// These look at pieces of the page, also at those that htmx brings later.
htmx.onLoad((piece) => {
  startChips(piece);
  startChoosing(piece);
  startCopies(piece);
  startCountdowns(piece);
  startCounters(piece);
  startFocus(piece);
  startSlides(piece);
  startSteppers(piece);
  startUploaders(piece, htmx);
});

// A script of one page alone has no htmx; what the server sent it is put into the page here.
document.addEventListener("portal:swap", ({ target, detail }) => {
  htmx.swap(target, detail.text, { swapStyle: detail.style });
});

// Names that a door keeps on its device go with the sign-in.
if (navigator.onLine && localStorage.getItem("door-list") && !document.querySelector('meta[name="csrf-token"]')) {
  forgetLists();
}
