"""Addresses of this app."""

from django.urls import path

from reflections.views import around, lists, pair, policy, portfolio, portfolio_files, questions, reading, sharing, writing

app_name = "reflections"
urlpatterns = [
    path("", lists.own, name="list"),
    path("shared/", lists.shared, name="shared"),
    path("said/", around.said, name="said"),
    path("new/", writing.new, name="new"),
    path("draft/new/", writing.keep_new, name="draft_new"),
    path("draft/<uuid:pk>/", writing.keep_change, name="draft"),
    path("policy/", policy.texts, name="policy"),
    path("policy/<uuid:pk>/", policy.text, name="policy_text"),
    path("pair/", pair.own, name="pair"),
    path("pair/<uuid:pk>/", pair.line, name="pair_line"),
    path("questions/", questions.sets, name="questions"),
    path("questions/new/<uuid:pk>/", questions.new, name="questions_new"),
    path("questions/<uuid:pk>/", questions.change, name="questions_change"),
    path("questions/<uuid:pk>/remove/", questions.remove, name="questions_remove"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/look/", portfolio.look, name="portfolio_look"),
    path("portfolio/practice/", portfolio.practice, name="portfolio_practice"),
    path("portfolio/order/", portfolio.order, name="portfolio_order"),
    path("portfolio/assessment/", portfolio_files.assess, name="portfolio_assessment"),
    path("portfolio/assessment/<uuid:pk>/remove/", portfolio_files.forget, name="portfolio_forget"),
    path("portfolio/files/", portfolio_files.files, name="portfolio_files"),
    path("portfolio/files/<uuid:pk>/", portfolio_files.download, name="portfolio_download"),
    path("portfolio/<uuid:pk>/", portfolio.piece, name="portfolio_piece"),
    path("portfolio/<uuid:pk>/draft/", portfolio.keep, name="portfolio_draft"),
    path("portfolio/<uuid:pk>/remove/", portfolio.remove, name="portfolio_remove"),
    path("<uuid:pk>/", reading.reflection, name="reflection"),
    path("<uuid:pk>/edit/", writing.edit, name="edit"),
    path("<uuid:pk>/readers/", sharing.choose_readers, name="readers"),
    path("<uuid:pk>/pair/", pair.move, name="pair_move"),
    path("<uuid:pk>/review/", sharing.review, name="review"),
    path("<uuid:pk>/versions/", reading.versions, name="versions"),
    path("<uuid:pk>/tags/", reading.tags, name="tags"),
    path("<uuid:pk>/comments/", around.say, name="say"),
    path("<uuid:pk>/comments/<uuid:comment_pk>/erase/", around.take_back, name="take_back"),
    path("<uuid:pk>/files/", around.manage_files, name="files"),
    path("<uuid:pk>/files/<uuid:file_pk>/", around.file, name="file"),
    path("<uuid:pk>/files/<uuid:file_pk>/remove/", around.remove_file, name="file_remove"),
    path("<uuid:pk>/erase/", reading.erase, name="erase"),
    path("<uuid:pk>/restore/", reading.restore, name="restore"),
]
