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

const place = document.getElementById("try");
const { schema, token } = place?.dataset ?? {};
if (place && schema && token && window.SwaggerUIBundle) {
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
