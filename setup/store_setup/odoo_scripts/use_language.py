"""Run by Odoo's shell, after a line that sets LANGUAGE."""
# ruff: noqa: F821  (the shell provides env, its caller LANGUAGE)

language = env["res.lang"]._activate_lang(LANGUAGE)
if not language:
    raise SystemExit(f"Odoo knows no language {LANGUAGE}")
websites = env["website"].search([])
env["base.language.install"].create(
    {"lang_ids": language.ids, "website_ids": websites.ids, "overwrite": False}
).lang_install()
websites.default_lang_id = language
env["res.users"].with_context(active_test=False).search([]).lang = LANGUAGE
env.cr.commit()
