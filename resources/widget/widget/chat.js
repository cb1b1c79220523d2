/** The chat: what was said and where it stands, without a single element.
 *
 * What the visitor says stays in the outbox until the bridge has it (`receipt`), so nothing is
 * lost by a cut or a reload; it is said again with the same id, and entries are taken once by
 * their `seq`, so nothing is repeated. */
import { Line } from "./line.js";
import { shelf, uuid } from "./tools.js";

const FIRST = ["session", "refused", "left"]; // what may come before there is a session
const MARKS = ["sending", "failed", "sent", "delivered", "read"];

export class Chat {
  /** `changed()`: anything did; `told(name, detail)`: what happened, for the page too. */
  constructor({ site, base, about, changed, told }) {
    Object.assign(this, { about, changed, told, entries: new Map(), seqs: new Set() });
    this.kept = shelf("localStorage", `ficha:${site}`); // of all tabs
    this.tab = shelf("sessionStorage", `ficha:${site}`);
    this.outbox = this.tab.get("outbox") || [];
    this.starting = this.tab.get("starting"); // a `start` or `leave` that is not answered yet
    const url = new URL("socket", base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.line = new Line(url, {
      first: () => this.#first(),
      heard: frame => this.#heard(frame),
      lost: () => this.#lost(),
    });
    this.#empty();
    this.token = this.kept.get("chat")?.token || "";
    if (!this.kept.get("visitor")) this.kept.set("visitor", uuid());
    addEventListener("storage", event => {
      if (event.key === this.kept.name("chat")) this.#elsewhere();
    });
    for (const said of this.outbox) this.#mine(said);
    this.#showOpening();
    if (this.token || this.starting) this.line.open();
  }

  get active() {
    return Boolean(this.token || this.starting?.type === "start");
  }

  /** In the order they are shown: by `seq`, then what the bridge has not got yet. */
  get list() {
    return [...this.entries.values()].sort((a, b) => (a.seq === b.seq ? 0 : a.seq - b.seq));
  }

  get unread() {
    const seen = this.kept.get("chat")?.seen || 0;
    return this.list.filter(e => e.author === "agent" && e.seq > seen && e.seq < Infinity);
  }

  // ---- what the visitor does

  start(form, text) {
    this.#begin({ type: "start", start_id: uuid(), form, text, ...this.#about() });
    this.#showOpening();
  }

  leave(kind, form, text, at) {
    this.#begin({ type: "leave", leave_id: uuid(), kind, form, text, at, ...this.#about() });
  }

  say(text, files) {
    const said = { id: uuid(), text, files: files.map(f => f.file), shown: files,
      at: new Date().toISOString() };
    this.outbox.push(said);
    this.#store();
    this.#mine(said);
    this.#send(said);
    this.changed();
  }

  retry(id) {
    const { text, files } = this.entries.get(id);
    this.entries.delete(id);
    this.say(text, files);
  }

  tell(frame) {
    if (this.ready) this.line.send(frame);
  }

  transcript(email) {
    this.mailing = email;
    this.tell({ type: "send-transcript", email });
  }

  /** Everything that is on the screen now has been seen. */
  look() {
    const newest = Math.max(0, ...this.seqs);
    const note = this.kept.get("chat");
    if (newest > (note?.seen || 0)) this.kept.set("chat", { ...note, token: this.token, seen: newest });
    if (!this.ready || this.over) return;
    const theirs = this.list.filter(e => e.author !== "customer").map(e => e.seq);
    const read = Math.max(0, ...theirs);
    if (read > this.readTold) this.line.send({ type: "read", seq: (this.readTold = read) });
  }

  /** The chat is over for this browser: the next one begins with the form. */
  forget() {
    this.line.close();
    this.#empty();
    this.outbox = [];
    this.#store();
    this.#setStarting(null);
    if (this.kept.get("chat")) this.kept.set("chat", null);
    this.changed();
  }

  // ---- how it is kept

  #empty() {
    this.entries.clear();
    this.seqs.clear();
    Object.assign(this, { token: "", session: null, over: null, rated: false, left: null,
      mailing: "", mailed: "", refused: null, typing: false, ready: false, paused: false,
      lostAt: 0, readTo: 0, readTold: 0, gotTold: 0 });
  }

  #about() {
    return { visitor: this.kept.get("visitor"), ...this.about() };
  }

  #setStarting(frame) {
    this.starting = frame;
    this.tab.set("starting", frame);
  }

  #store() {
    this.tab.set("outbox", this.outbox.length ? this.outbox : null);
  }

  #mine({ id, text, shown, at }) {
    this.entries.set(id, { id, seq: Infinity, author: "customer", name: "", code: "",
      mark: "sending", at, text, files: shown });
  }

  /** What the chat begins with; the bridge's own entry of it takes its place. */
  #showOpening() {
    const { start_id: id, text } = this.starting || {};
    if (id && text) this.#mine({ id, text, shown: [], at: new Date().toISOString() });
  }

  /** The highest `seq` with no gap below it. */
  #whole() {
    let seq = 0;
    while (this.seqs.has(seq + 1)) seq += 1;
    return seq;
  }

  /** Another tab of this visitor has begun, read or left a chat. */
  #elsewhere() {
    const token = this.kept.get("chat")?.token || "";
    if (token && !this.token) {
      this.#empty();
      this.token = token;
      this.#setStarting(null);
      this.line.close();
      this.line.open();
    } else if (!token && this.token) {
      this.forget();
    }
    this.changed();
  }

  // ---- what goes out

  #begin(frame) {
    this.refused = null;
    this.#setStarting(frame);
    if (this.line.socket) this.line.send(frame);
    else this.line.open();
    this.changed();
  }

  #first() {
    return this.token ? { type: "resume", token: this.token, after: this.#whole() } : this.starting;
  }

  #send({ id, text, files }) {
    if (this.ready && !this.paused) this.line.send({ type: "say", id, text, files });
  }

  #flush() {
    this.paused = false;
    for (const said of this.outbox) this.#send(said);
  }

  #gone(id) {
    this.outbox = this.outbox.filter(said => said.id !== id);
    this.#store();
  }

  #fail(id, why) {
    const entry = this.entries.get(id);
    if (entry) Object.assign(entry, { mark: "failed", why });
    this.#gone(id);
  }

  /** A new connection, where this one was answered by "not now". */
  #anew() {
    if (this.ready || !this.token) return;
    this.line.close();
    this.line.open();
  }

  // ---- what comes in

  #heard(frame) {
    const { type } = frame; // of a later bridge it may be one that is not known here
    if (Object.hasOwn(this.#hears, type) && (this.ready || FIRST.includes(type))) this.#hears[type](frame);
    this.changed();
  }

  #lost() {
    this.ready = false;
    this.typing = false;
    this.lostAt ||= Date.now();
    this.changed();
  }

  #hears = {
    session: frame => {
      const begun = !this.token;
      this.entries.delete(this.starting?.start_id);
      Object.assign(this, { session: frame, token: frame.token, ready: true, lostAt: 0,
        readyAt: Date.now(), rated: Boolean(frame.rated), refused: null });
      this.#setStarting(null);
      this.kept.set("chat", { ...this.kept.get("chat"), token: frame.token });
      this.#read(frame.read_to || 0);
      if (frame.state === "ended") this.over ||= { by: "agent" };
      else this.#flush();
      if (begun) this.told("start", { chat: frame.chat });
    },
    waiting: frame => {
      Object.assign(this.session, { position: 0, expected_seconds: null }, frame,
        { state: "waiting", agent: "" });
    },
    joined: frame => Object.assign(this.session, { state: "talking", agent: frame.agent }),
    entry: frame => this.#entry(frame),
    receipt: frame => this.#receipt(frame),
    "read-to": frame => this.#read(frame.seq),
    typing: frame => {
      this.typing = Boolean(frame.on);
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(() => {
        this.typing = false;
        this.changed();
      }, 10e3); // the word that it has stopped may be lost
    },
    ended: frame => {
      Object.assign(this, { over: frame, typing: false });
      for (const { id } of this.outbox) this.#fail(id, "ended");
      this.told("end", { by: frame.by });
    },
    rated: () => (this.rated = true),
    "transcript-sent": () => Object.assign(this, { mailed: this.mailing, mailing: "" }),
    left: frame => {
      const word = this.starting;
      if (word?.leave_id !== frame.leave_id) return;
      this.#setStarting(null);
      this.line.close();
      this.left = word;
    },
    refused: frame => this.#refused(frame),
  };

  #entry(frame) {
    if (this.seqs.has(frame.seq)) return;
    const old = this.entries.get(frame.id);
    const mark = !old || old.mark === "sending" ? "sent" : old.mark;
    this.seqs.add(frame.seq);
    this.entries.set(frame.id, { name: "", text: "", code: "", files: [], mark, ...frame });
    if (frame.author === "customer") this.#gone(frame.id);
    this.#read(this.readTo);
    if (frame.author !== "agent") return;
    this.typing = false;
    this.#got();
    this.told("message", { text: frame.text || "", live: Date.now() - this.readyAt > 1500 });
  }

  #got() {
    this.gotTimer ||= setTimeout(() => {
      this.gotTimer = 0;
      const seq = this.#whole();
      if (seq > this.gotTold && !this.over) this.tell({ type: "got", seq: (this.gotTold = seq) });
    }, 200);
  }

  #receipt({ id, seq, delivery }) {
    const entry = this.entries.get(id);
    this.#gone(id);
    if (!entry) return;
    if (seq) {
      this.seqs.add(seq);
      entry.seq = seq;
    }
    if (MARKS.indexOf(delivery) > MARKS.indexOf(entry.mark)) entry.mark = delivery;
  }

  #read(seq) {
    this.readTo = Math.max(this.readTo, seq);
    for (const entry of this.entries.values()) {
      if (entry.author === "customer" && entry.seq <= this.readTo) entry.mark = "read";
    }
  }

  #refused(frame) {
    const later = frame.code === "throttled" || frame.code === "unavailable";
    this.mailing = "";
    if (this.outbox.some(said => said.id === frame.id)) {
      if (!later) {
        this.#fail(frame.id, frame.code);
        return;
      }
      this.paused = true; // all wait, so that the order is kept
      setTimeout(() => this.#flush(), Math.max(1, frame.retry_after_s || 2) * 1e3);
    } else if (this.starting && !this.token) {
      this.#setStarting(null);
      this.line.close();
      this.entries.clear();
      this.refused = frame;
    } else if (!this.ready && later) {
      setTimeout(() => this.#anew(), Math.max(1, frame.retry_after_s || 2) * 1e3);
    } else if (!this.ready) {
      this.forget(); // the token is too old, or of another time
      this.refused = frame.code === "origin" ? frame : null;
    } else {
      this.refused = frame;
    }
  }
}
