"""What is asked of a person before the page: language, notice, second factor."""

from django.utils import translation


class PersonMiddleware:
    """The signed-in person's language holds on every page."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
