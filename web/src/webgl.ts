// Sigma asks for these classes when it is loaded; where a browser has none,
// the rest of the page must work all the same.

const scope = globalThis as Record<string, unknown>;
scope.WebGLRenderingContext ??= class {};
scope.WebGL2RenderingContext ??= class {};

export {};
