/// What of a new package is no Swift and no policy.
extension NewPackage {
    static let ignored = """
        .build/
        # Development keys and certificates, and what the server keeps.
        certs/
        var/

        """

    var settings: String {
        """
        # Settings for development: `\(name) serve --config gateway.yaml`. `\(name) settings` lists all there are.
        http: true
        port: 8080
        # Pages of this origin may read answers; policies/chat.yaml lets them connect.
        cors_origin: ["http://localhost:8000"]

        """
    }

    var page: String {
        """
        <!doctype html>
        <html lang="en">
          <meta charset="utf-8">
          <title>\(name)</title>
          <form id="enter">
            <input id="token" placeholder="token" size="50" required>
            <input id="room" value="lobby" required>
            <button>Join</button>
          </form>
          <form id="say">
            <input id="text" placeholder="message" size="50" required>
            <button>Send</button>
          </form>
          <pre id="log"></pre>
          <script src="https://cdn.socket.io/4.8.1/socket.io.min.js"></script>
          <script>
            const field = (id) => document.getElementById(id).value;
            const log = (...parts) => {
              const line = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
              document.getElementById("log").textContent += line + "\\n";
            };
            let socket;

            document.getElementById("enter").onsubmit = (event) => {
              event.preventDefault();
              socket?.close();
              socket = io("http://localhost:8080/chat", { auth: { token: field("token").trim() } });
              socket.on("connect_error", (error) => log("refused:", error.message, error.data ?? ""));
              socket.on("disconnect", (reason) => log("disconnected:", reason));
              socket.on("message", (message) => log(message.room + ":", message.text));
              // Again after each reconnect: rooms end with their connection.
              socket.on("connect", async () => log("join:", await socket.emitWithAck("join", field("room"))));
            };

            document.getElementById("say").onsubmit = async (event) => {
              event.preventDefault();
              if (!socket?.connected) return log("join a room first");
              log("message:", await socket.emitWithAck("message", { room: field("room"), text: field("text") }));
            };
          </script>
        </html>

        """
    }

    var readme: String {
        """
        # \(name)

        A realtime gateway, made with Gatehouse. Any Socket.IO client connects to it.

        It needs Swift 6.2 and, on Debian, `apt-get install libssl-dev libjwt-dev libsqlite3-dev libhiredis-dev pkg-config`.

        Start it:

        ```sh
        swift run \(name) serve --config gateway.yaml
        ```

        In a second terminal, make a token and serve the page:

        ```sh
        swift run \(name) token issue --sub alice --role user
        python3 -m http.server 8000 --directory web
        ```

        Open http://localhost:8000, paste the token, join `lobby` and say something. A second window with a token for `bob` reads it.

        | Where | What |
        | --- | --- |
        | `Sources/\(name)/ChatGateway.swift` | the events and what they carry |
        | `policies/` | who may connect, join, send and receive; default is no |
        | `policies/tests/` | what the policies must decide |
        | `Tests/` | the gateway under test, with real policies, tokens and clients |
        | `web/index.html` | a client in the browser |
        | `gateway.yaml` | settings for development |

        ```sh
        swift test                            # the gateway
        swift run \(name) policy test         # the policies
        swift run \(name) policy check        # both: events without a rule, rules without an event
        swift run \(name) policy matrix       # which role may send what
        swift run \(name) routes              # events, payloads, and the rules that allow them
        swift run \(name) admin sessions --url http://localhost:8080
        swift run \(name) audit verify        # that nobody changed the log
        ```

        """
    }
}
