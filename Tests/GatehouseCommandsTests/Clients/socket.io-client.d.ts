// The typed surface of socket.io-client 4, as far as it concerns events: what its own declarations say of `Socket<Listen, Emit>`.
declare module "socket.io-client" {
  export interface EventsMap {
    [event: string]: any;
  }
  type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);
  type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

  export class Socket<ListenEvents extends EventsMap, EmitEvents extends EventsMap = ListenEvents> {
    on<Ev extends EventNames<ListenEvents>>(event: Ev, listener: ListenEvents[Ev]): this;
    once<Ev extends EventNames<ListenEvents>>(event: Ev, listener: ListenEvents[Ev]): this;
    off<Ev extends EventNames<ListenEvents>>(event?: Ev, listener?: ListenEvents[Ev]): this;
    emit<Ev extends EventNames<EmitEvents>>(event: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  }
  export function io(url: string, options?: object): Socket<any, any>;
}
