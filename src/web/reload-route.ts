import { type RequestHandler, Router } from 'express';
import { answerText } from '../server/answer-text.ts';

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
      answerText(response, 403, 'reloading by HTTP is disabled; start with --web.enable-lifecycle');
      return;
    }
    const { ok, text } = await reload();
    answerText(response, ok ? 200 : 500, text);
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/-/reload')
    .post(handle)
    .put(handle)
    .all((_request, response) => {
      response.setHeader('Allow', 'POST, PUT');
      answerText(response, 405, 'only POST and PUT reload');
    });
  return router;
}
