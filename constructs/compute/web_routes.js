// The web application has one page, which finds its way by the path. Answered with it is every path whose last part has no ending:
// "/", "/documents/7". A path with one is a file, and stays missing where there is none: a script that is answered with a page
// fails in ways that nobody understands.
function handler(event) {
  var request = event.request;
  var last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (!last.includes('.')) {
    request.uri = '/index.html';
  }
  return request;
}
