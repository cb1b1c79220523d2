/** The line: one WebSocket that comes back by itself, and knows nothing of chats. */

const BEAT = 25e3, PATIENCE = 10e3, LONGEST = 30e3;

/** An object with a type, or null. */
function parsed(data) {
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}

export class Line {
  /** `first()`: the frame that a new connection begins with; `heard(frame)`; `lost()`. */
  constructor(url, { first, heard, lost }) {
    Object.assign(this, { url, first, heard, lost, tries: 0, wanted: false, socket: null, timer: 0 });
    setInterval(() => this.#beat(), 5e3);
    addEventListener("online", () => this.wanted && this.#dial());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => this.#woken());
  }

  open() {
    this.wanted = true;
    if (!this.timer) this.#dial();
  }

  close() {
    this.wanted = false;
    this.tries = 0;
    clearTimeout(this.timer);
    this.timer = 0;
    this.#drop();
  }

  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  #dial() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.socket) return;
    if (navigator.onLine === false) {
      this.lost(); // "online" dials
      return;
    }
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAt = this.askedAt = Date.now(); // a dial that hangs is given up like a silence
    socket.onopen = () => this.send(this.first());
    socket.onmessage = event => this.#message(event.data);
    socket.onclose = () => this.#drop();
  }

  #message(data) {
    this.heardAt = Date.now();
    this.tries = 0;
    const frame = parsed(data);
    if (frame) this.heard(frame);
    else console.warn("Ficha: what came is no frame");
  }

  #drop() {
    const socket = this.socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      this.socket = null;
    }
    if (!this.wanted) return;
    this.lost();
    const wait = Math.min(LONGEST, 500 * 2 ** this.tries++);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#dial(), wait * (0.5 + Math.random() / 2));
  }

  /** Back on the screen, or the computer slept: a dead connection is found at once. */
  #woken() {
    if (document.hidden || !this.wanted) return;
    if (!this.socket) this.#dial();
    else if (Date.now() - this.heardAt > 5e3) this.#ask();
  }

  #ask() {
    this.askedAt = Date.now();
    this.send({ type: "beat" });
  }

  #beat() {
    if (!this.socket) return;
    const now = Date.now();
    if (this.askedAt >= this.heardAt) {
      if (now - this.askedAt > PATIENCE) this.#drop();
    } else if (now - this.heardAt > BEAT) {
      this.#ask();
    }
  }
}
