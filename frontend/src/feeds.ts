/** Feeds of the integration, each subscribed once however many cards follow it. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Connection } from "./home-assistant";

export interface Request {
  type: string;
  [key: string]: unknown;
}

type Listener<T> = (value: T) => void;

/** The time until a command is tried again that Home Assistant does not know yet, as while it starts. */
const AGAIN_MS = 5_000;

class Feed<T> {
  private readonly listeners = new Set<Listener<T>>();
  private latest?: T;
  private attempt = 0;
  private timer?: number;
  private stop?: () => Promise<void>;

  constructor(
    private readonly connection: Connection,
    private readonly request: Request,
  ) {
    connection.addEventListener("ready", this.subscribe);
    this.subscribe();
  }

  add(listener: Listener<T>): void {
    this.listeners.add(listener);
    if (this.latest !== undefined) listener(this.latest);
  }

  /** Removes a listener and returns true if that was the last one. */
  remove(listener: Listener<T>): boolean {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return false;
    this.attempt++;
    window.clearTimeout(this.timer);
    this.connection.removeEventListener("ready", this.subscribe);
    this.stop?.().catch(() => undefined);
    return true;
  }

  /** Subscribes, and again on each new connection: what was subscribed on another one has ended with it. */
  private readonly subscribe = (): void => {
    const attempt = ++this.attempt;
    window.clearTimeout(this.timer);
    this.stop = undefined;
    const listener = (value: T): void => {
      if (attempt === this.attempt) this.tell(value);
    };
    this.connection.subscribeMessage<T>(listener, this.request, { resubscribe: false }).then(
      (stop) => {
        if (attempt === this.attempt) this.stop = stop;
        else stop().catch(() => undefined);
      },
      () => {
        if (attempt === this.attempt) this.timer = window.setTimeout(this.subscribe, AGAIN_MS);
      },
    );
  };

  private tell(value: T): void {
    this.latest = value;
    for (const listener of [...this.listeners]) listener(value);
  }
}

const feeds = new WeakMap<Connection, Map<string, Feed<unknown>>>();

/** Calls `listener` with the latest value and every one that follows, until the returned function is called. */
export function follow<T>(connection: Connection, request: Request, listener: Listener<T>): () => void {
  const key = JSON.stringify(request);
  const known = feeds.get(connection) ?? new Map<string, Feed<unknown>>();
  feeds.set(connection, known);
  const feed = (known.get(key) ?? new Feed<T>(connection, request)) as Feed<T>;
  known.set(key, feed as Feed<unknown>);
  feed.add(listener);
  return () => {
    if (feed.remove(listener)) known.delete(key);
  };
}

/** The first value of a feed. */
export function first<T>(connection: Connection, request: Request): Promise<T> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    let done = false;
    stop = follow<T>(connection, request, (value) => {
      done = true;
      stop?.();
      resolve(value);
    });
    if (done) stop();
  });
}

/** A feed that an element follows while it is on the page. */
export class Followed<T> implements ReactiveController {
  value?: T;
  private stop?: () => void;
  private followed?: string;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** Follows what is requested; undefined follows nothing. */
  follow(connection: Connection | undefined, request: Request | undefined): void {
    const wanted = connection && request ? JSON.stringify(request) : undefined;
    if (wanted === this.followed) return;
    this.hostDisconnected();
    this.value = undefined;
    if (!connection || !request) return;
    this.followed = wanted;
    this.stop = follow<T>(connection, request, (value) => {
      this.value = value;
      this.host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.stop?.();
    this.stop = undefined;
    this.followed = undefined;
  }
}
