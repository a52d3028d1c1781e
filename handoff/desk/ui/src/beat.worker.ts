/** The heartbeat runs in a worker: a page in the background has slow timers, and its agent is still there. */
interface Orders {
  csrf: string;
  status: string;
}

const EVERY = 10_000;
let orders: Orders | null = null;

async function beat(): Promise<void> {
  if (!orders) return;
  try {
    const response = await fetch("/api/v1/desk/presence", {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-Relevo-CSRF": orders.csrf },
      body: JSON.stringify({ status: orders.status }),
      credentials: "same-origin",
    });
    if (response.status === 401) {
      orders = null;
      postMessage("signed_out");
    }
  } catch {
    // the next beat tries again; the server waits 40 s before it counts us as gone
  }
}

addEventListener("message", (event: MessageEvent<Orders | null>) => {
  orders = event.data;
  void beat();
});
setInterval(() => void beat(), EVERY);
