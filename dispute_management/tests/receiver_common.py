import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class ReceiverCommon:
    """Tests that post to another system: a server of our own that listens while a test runs."""

    def _receive(self):
        """:return: its URL, and a list that fills with ``(content type, what was posted)``"""
        received = []

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.headers["Content-Type"], json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Receiver)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/", received
