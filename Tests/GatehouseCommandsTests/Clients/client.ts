import { io, Socket } from "socket.io-client";
import { GatehouseError, Market, MarketOrder, Notice, Quote } from "./contract";

const socket: Socket<Market.ServerToClientEvents, Market.ClientToServerEvents> = io("https://gateway.example/market");

const isError = (answer: unknown): answer is GatehouseError =>
  typeof answer === "object" && answer !== null && "decision" in answer;

socket.emit("subscribe", ["ABC"], (answer) => {
  if (isError(answer)) {
    if (answer.code === "rate_limited") console.log(answer.retry);
    return;
  }
  const first: Quote = answer[0];
  console.log(first.price);
});
socket.emit("subscribe", ["ABC"]);

const order: MarketOrder = { symbol: "ABC", side: "buy", price: 19.9 };
socket.emit("order", order, (answer) => {
  // What the server sends always has an amount.
  if (!isError(answer)) console.log(answer.amount.toFixed(0));
});
socket.emit("order", { ...order, amount: 3, note: null });
socket.emit("move", 1, 2);
socket.emit("move", 1);
socket.emit("move", 1, null, (error) => console.log(error?.message));
socket.emit("move", 1, (error?: GatehouseError) => console.log(error));
socket.emit("upload", new Uint8Array([1]), "a.png", (answer) => console.log(answer));
socket.emit("upload", new Blob([]), "a.png");
socket.emit("room.join", "lobby");
socket.emit("watch", "ABC", (answer) => console.log(answer));
socket.emit("legacy", (answer) => console.log(answer));
socket.emit("auth.refresh", { token: "…" }, (answer) => console.log(isError(answer) ? answer.code : answer.exp));

socket.on("notice", (notice: Notice) => {
  if (notice.kind === "filled") console.log(notice.order.side);
  else console.log(notice.since);
});
socket.on("joined", (room) => console.log(room.length));
socket.on("watch", (quote) => console.log(quote.price));
socket.on("confirm", (question, answer) => answer(question.order.amount > 10));
socket.on("exception", (error) => console.log(error.cause?.pattern));
socket.on("system.closed", (closed) => console.log(closed.code));
