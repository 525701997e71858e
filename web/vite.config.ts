import { defineConfig } from "vite";

import { iconSprite } from "./build/icons.ts";

/** django-vite reads the manifest; Django serves the result below /static/web/. */
export default defineConfig({
  base: "/static/web/",
  plugins: [iconSprite()],
  build: {
    manifest: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inlined as data: the pages' content security policy stays as narrow as it can be.
    assetsInlineLimit: 0,
    // One small polyfill less, and no inline script for it either.
    modulePreload: { polyfill: false },
    rollupOptions: {
      onwarn(warning, report) {
        // htmx's own eval, for `hx-on` and the like: switched off at run time (allowEval) and refused by the policy.
        if (!(warning.code === "EVAL" && warning.id?.includes("htmx.org"))) report(warning);
      },
      input: {
        main: "src/main.ts",
        wallboard: "src/wallboard/main.ts",
        campaign: "src/campaign/main.ts",
        campaignForm: "src/campaign/form.ts",
        logs: "src/platform/logs.ts",
        sound: "src/sound/main.ts",
        desk: "src/desk/main.ts",
        try: "src/try/main.ts",
      },
    },
  },
});
