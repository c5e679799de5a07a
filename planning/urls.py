"""The addresses under /planning/."""

from django.urls import path

from planning import urls_dates, urls_polls, urls_rules
from planning.views import applying, home, steps, templates

app_name = "planning"
urlpatterns = [
    path("", home.home, name="home"),
    path("templates/", templates.listing, name="templates"),
    path("templates/<uuid:pk>/", templates.page, name="template"),
    path("templates/<uuid:pk>/copy/", templates.copy, name="template_copy"),
    path("templates/<uuid:pk>/change/", templates.change, name="template_change"),
    path("templates/<uuid:pk>/steps/new/<slug:rhythm>/", steps.new, name="step_new"),
    path("templates/<uuid:pk>/steps/<uuid:step>/", steps.change, name="step"),
    path("templates/<uuid:pk>/steps/<uuid:step>/move/", steps.move, name="step_move"),
    path("templates/<uuid:pk>/steps/<uuid:step>/remove/", steps.remove, name="step_remove"),
    path("templates/<uuid:pk>/steps/<uuid:step>/put-back/", steps.put_back, name="step_put_back"),
    path("programmes/<uuid:pk>/templates/new/", templates.new, name="template_new"),
    path("programmes/<uuid:programme>/templates/<uuid:pk>/", applying.apply, name="apply"),
    path("programmes/<uuid:pk>/drafts/", applying.drafts, name="drafts"),
    path("programmes/<uuid:pk>/copy/", applying.edition, name="edition"),
]
urlpatterns += urls_polls.urlpatterns
urlpatterns += urls_dates.urlpatterns
urlpatterns += urls_rules.urlpatterns
