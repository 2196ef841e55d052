// Reads QR codes with the camera: by the browser, or where it can't (iOS), by jsQR.
const EVERY_MS = 150;
const WIDTH = 640; // enough for a ticket, and quick on an old phone

async function reader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue;
  }
  await import("/door/npm/jsqr.js"); // no module: it leaves its name
  return async (source) => {
    const { data, width, height } = source.getContext("2d").getImageData(0, 0, source.width, source.height);
    return self.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
  };
}

// Calls `found` with each new text; resolves with what stops the camera.
export async function scan(video, found) {
  const read = await reader();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  video.srcObject = stream;
  await video.play().catch((reason) => {
    stop();
    throw reason;
  });
  const canvas = document.createElement("canvas");
  let last = "";
  const timer = setInterval(async () => {
    if (video.readyState < 2) return;
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = await read(canvas).catch(() => undefined);
    if (!text || text === last) return;
    last = text;
    navigator.vibrate?.(50);
    found(text);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    stop();
  };
}
