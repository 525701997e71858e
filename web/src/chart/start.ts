/** Fetches the drawing of charts only for pages that have one. */

export function startCharts(): void {
  let loading: Promise<typeof import("./main")> | null = null;
  const look = (): void => {
    if (!document.querySelector("[data-chart]")) return;
    if (loading === null) {
      loading = import("./main");
      void loading.then((charts) => charts.followTheme());
    }
    void loading.then((charts) => charts.drawCharts());
  };
  look();
  document.addEventListener("htmx:afterSettle", look);
}
