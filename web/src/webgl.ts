// Sigma refers to these classes when it is loaded. In a browser without WebGL
// the rest of the page must still work.

const scope = globalThis as Record<string, unknown>;
scope.WebGLRenderingContext ??= class {};
scope.WebGL2RenderingContext ??= class {};

export {};
