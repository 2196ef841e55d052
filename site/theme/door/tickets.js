// Reads tickets and checks their signature (Ed25519), as functions/door/rules/tickets.py writes them.
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TICKET = /^T1\.([A-Z0-9]+(?:-[A-Z0-9]+)*)\.([0-9A-HJKMNP-TV-Z]{8})\.([1-9][0-9]?)\.([A-Z2-7]{103})$/;

// A code as somebody typed it; empty if it can't be one.
export function typedCode(text) {
  const plain = text.replace(/[\s-]/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return plain.length === 8 && [...plain].every((letter) => LETTERS.includes(letter)) ? plain : "";
}

// Resolves with what the ticket says; null if we didn't issue it.
export async function genuine(text, publicKey) {
  const parts = TICKET.exec(text);
  const signature = parts && bytesOf(parts[4]);
  if (!signature) return null;
  const signed = new TextEncoder().encode(text.slice(0, text.lastIndexOf(".")));
  if (!(await verify(signature, signed, publicKey))) return null;
  return { slug: parts[1].toLowerCase(), code: parts[2], party: Number(parts[3]) };
}

async function verify(signature, signed, publicKey) {
  const raw = Uint8Array.from(publicKey.match(/../g), (pair) => parseInt(pair, 16));
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, signed);
  } catch (error) {
    if (error.name !== "NotSupportedError") throw error;
    const { verifyAsync } = await import("/door/npm/noble-ed25519.js");
    return verifyAsync(signature, signed, raw);
  }
}

// One ticket has one text: letters whose last bits are not zero spell none.
function bytesOf(text) {
  const bytes = new Uint8Array(64);
  let bits = 0;
  let held = 0;
  let place = 0;
  for (const letter of text) {
    held = ((held << 5) | BASE32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[place++] = (held >> bits) & 0xff;
    }
  }
  return held & ((1 << bits) - 1) ? null : bytes;
}
