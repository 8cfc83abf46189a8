import { io, Socket } from "socket.io-client";
import { Market } from "./contract";

const socket: Socket<Market.ServerToClientEvents, Market.ClientToServerEvents> = io("https://gateway.example/market");
const order = { symbol: "ABC", side: "buy" as const, price: 1 };

// @ts-expect-error an event that there is not
socket.emit("orders", order);
// @ts-expect-error a field is missing
socket.emit("order", { symbol: "ABC", side: "buy" });
// @ts-expect-error a field too many
socket.emit("order", { symbol: "ABC", side: "buy", price: 1, total: 2 });
// @ts-expect-error no side
socket.emit("order", { ...order, side: "hold" });
// @ts-expect-error text for a number
socket.emit("order", { ...order, price: "1" });
// @ts-expect-error null for a field that has a default, and takes no null
socket.emit("order", { ...order, amount: null });
// @ts-expect-error an argument is missing
socket.emit("move");
// @ts-expect-error an argument too many
socket.emit("move", 1, 2, 3);
// @ts-expect-error one symbol for a list of them
socket.emit("subscribe", "ABC");
// @ts-expect-error text for bytes
socket.emit("upload", "bytes", "a.png");
// @ts-expect-error the answer may be an error
socket.emit("subscribe", ["ABC"], (answer) => console.log(answer[0].price));
// @ts-expect-error the ack has no value
socket.emit("room.join", "lobby", (answer: string) => console.log(answer));
// @ts-expect-error an event that the server does not send
socket.on("order", () => {});
// @ts-expect-error the payload has no such field
socket.on("watch", (quote) => console.log(quote.amount));
// @ts-expect-error the answer to the question is a Bool
socket.on("confirm", (question, answer) => answer("yes"));
// @ts-expect-error the kinds of a notice are filled and halted
socket.on("notice", (notice) => notice.kind === "open");
