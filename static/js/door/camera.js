// The camera, and what reads codes: the browser's own reader, else ours (zxing, compiled), whose file comes from this portal.
import { BarcodeDetector as OurReader, prepareZXingModule } from "barcode-detector/ponyfill";

const PAUSE = 160;
/** A code that stays in view is one scan; it counts again once it was away so long. */
const AWAY = 2_500;

let reader = null;

export async function findReader(wasm) {
  if (reader) return reader;
  const formats = { formats: ["qr_code"] };
  const own = globalThis.BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) {
    reader = new own(formats);
  } else {
    prepareZXingModule({ overrides: { locateFile: () => wasm } });
    reader = new OurReader(formats);
  }
  return reader;
}

/** The text of the code in a picture, or "". */
export async function readPicture(file, wasm) {
  const found = await (await findReader(wasm)).detect(await createImageBitmap(file));
  return found[0]?.rawValue ?? "";
}

/** Look through the camera and call `seen(text)` for each code; waits while it works. Rejects as getUserMedia does. */
export async function watch(video, wasm, seen) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", ...size } });
  await video.play();
  const eyes = await findReader(wasm);
  const last = { text: "", at: 0 };
  const look = async () => {
    if (!document.hidden && video.readyState >= 2) {
      const text = (await eyes.detect(video).catch(() => []))[0]?.rawValue ?? "";
      const now = Date.now();
      const again = text === last.text && now - last.at < AWAY;
      if (text) Object.assign(last, { text, at: now });
      if (text && !again) {
        await seen(text);
        last.at = Date.now();
      }
    }
    setTimeout(look, PAUSE);
  };
  look();
  stayAwake();
}

/** The screen stays on while the camera runs, where the browser can. */
function stayAwake() {
  const ask = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
