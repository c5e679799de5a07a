// What is typed lies sealed in this browser until the server has it, so that a lost network or a closed tab loses nothing.
// The key is kept by the server, per form, and given to its author only; without it a copy cannot be read.
const COPY = "copy:";
const SENT = "sent:";

function encoded(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function decoded(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

class DeviceCopy {
  constructor(name, key) {
    this.name = name;
    this.key = key;
    this.turn = 0;
    this.store = window.localStorage;
    this.store.removeItem(SENT + name);
  }

  // The key of this form; nothing when the browser cannot seal or the server cannot be reached.
  static async open(form) {
    if (!window.crypto || !window.crypto.subtle) return null;
    const asked = new FormData();
    asked.append("device", "1");
    // which form this is stands in its hidden fields; all of them go, so that no two forms ever share a copy
    for (const field of form.querySelectorAll('input[type="hidden"]')) asked.append(field.name, field.value);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: asked });
      const given = await answer.json();
      const key = await window.crypto.subtle.importKey("raw", decoded(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
      return new DeviceCopy(given.name, key);
    } catch {
      return null;
    }
  }

  async keep(typed) {
    const turn = ++this.turn;
    const nonce = window.crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(typed));
    const sealed = new Uint8Array(await window.crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, this.key, plain));
    if (turn !== this.turn) return;
    try {
      this.store.setItem(COPY + this.name, encoded(nonce) + encoded(sealed));
    } catch {
      // the browser's storage is full or closed: the server still keeps what is typed
    }
  }

  async read() {
    const found = this.store.getItem(COPY + this.name);
    if (!found) return null;
    try {
      const iv = decoded(found.slice(0, 16));
      const plain = await window.crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, decoded(found.slice(16)));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      this.drop();
      return null;
    }
  }

  drop() {
    this.turn += 1;
    this.store.removeItem(COPY + this.name);
  }

  sent() {
    this.store.setItem(SENT + this.name, "1");
  }
}

// The page after saving: what was sent needs no copy any more.
if (window.location.hash.startsWith("#saved")) {
  for (const mark of Object.keys(window.localStorage).filter((name) => name.startsWith(SENT))) {
    window.localStorage.removeItem(COPY + mark.slice(SENT.length));
    window.localStorage.removeItem(mark);
  }
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}
window.DeviceCopy = DeviceCopy;
