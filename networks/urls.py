"""Addresses of networks, advisory groups and partners; `new` ones stand under their programme."""

from django.urls import path

from networks import views

app_name = "networks"
urlpatterns = [
    path("", views.network_list, name="list"),
    path("<uuid:pk>/", views.network, name="network"),
    path("<uuid:pk>/change/", views.network_change, name="network_change"),
    path("new/<uuid:pk>/", views.network_new, name="network_new"),
    path("advisory-groups/new/<uuid:pk>/", views.group_new, name="group_new"),
    path("advisory-groups/<uuid:pk>/", views.group_change, name="group_change"),
    path("partners/new/<uuid:pk>/", views.partner_new, name="partner_new"),
    path("partners/<uuid:pk>/", views.partner_change, name="partner_change"),
]
