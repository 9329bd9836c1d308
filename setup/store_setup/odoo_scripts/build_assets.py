"""Run by Odoo's shell: make the scripts and styles that its pages ask for."""
# ruff: noqa: F821  (the shell provides env)

env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
