"""The addresses of calendars to subscribe to and of polls for a day, under /planning/."""

from django.urls import path

from planning.views import feeds, polls

urlpatterns = [
    path("calendar/", feeds.own, name="calendar"),
    path("calendar/alarm/", feeds.alarm, name="alarm"),
    path("calendar/<uuid:pk>/withdraw/", feeds.withdraw, name="feed_withdraw"),
    path("calendar/<str:token>.ics", feeds.feed, name="feed"),
]

urlpatterns += [
    path("polls/", polls.listing, name="polls"),
    path("polls/new/<slug:host>/<uuid:pk>/", polls.new, name="poll_new"),
    path("polls/draft/<uuid:pk>/", polls.ask_about, name="poll_draft"),
    path("polls/reply/<str:token>/", polls.reply, name="poll_reply"),
    path("polls/<uuid:pk>/", polls.poll, name="poll"),
    path("polls/<uuid:pk>/answer/", polls.answer, name="poll_answer"),
    path("polls/<uuid:pk>/withdraw/", polls.withdraw, name="poll_withdraw"),
    path("polls/<uuid:pk>/days/<uuid:option>/", polls.choose, name="poll_choose"),
]
