import { type RequestHandler, Router } from 'express';

/** What a reload came to, in words for whoever asked for it. */
export interface ReloadAnswer {
  readonly ok: boolean;
  /** Several lines when there are several problems. */
  readonly text: string;
}

/** @param reload undefined while the lifecycle endpoints are disabled */
export function reloadRoute(reload: (() => Promise<ReloadAnswer>) | undefined): Router {
  const handle: RequestHandler = async (_request, response) => {
    if (reload === undefined) {
      response.status(403).type('text').send('reloading by HTTP is disabled; start with --web.enable-lifecycle\n');
      return;
    }
    const { ok, text } = await reload();
    response
      .status(ok ? 200 : 500)
      .type('text')
      .send(text);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/-/reload')
    .post(handle)
    .put(handle)
    .all((_request, response) => {
      response.status(405).set('Allow', 'POST, PUT').type('text').send('only POST and PUT reload\n');
    });
  return router;
}
