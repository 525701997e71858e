/** Swagger UI over the site's description: requests go out in the session of whoever looks, or with a key he enters. */

interface SwaggerRequest {
  method?: string;
  headers: Record<string, string>;
}

type SwaggerBundle = (options: {
  url: string;
  domNode: HTMLElement;
  deepLinking: boolean;
  docExpansion: "none";
  filter: boolean;
  validatorUrl: null;
  requestInterceptor: (request: SwaggerRequest) => SwaggerRequest;
}) => unknown;

declare global {
  interface Window {
    /** Of swagger-ui-bundle.js, which stands before this in the page. */
    SwaggerUIBundle?: SwaggerBundle;
  }
}

/** Swagger UI is dark below a class; the page follows the system where no look is chosen. */
function followLook(): void {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = (): void => {
    const chosen = root.dataset["bsTheme"];
    root.classList.toggle("dark-mode", chosen ? chosen === "dark" : system.matches);
  };
  follow();
  system.addEventListener("change", follow);
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-bs-theme"] });
}

const place = document.getElementById("try");
const { schema, token } = place?.dataset ?? {};
if (place && schema && token && window.SwaggerUIBundle) {
  followLook();
  window.SwaggerUIBundle({
    url: schema,
    domNode: place,
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    validatorUrl: null,
    requestInterceptor(request) {
      request.headers["X-CSRFToken"] = token;
      return request;
    },
  });
}
export {};
