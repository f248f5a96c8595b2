"""What people see: the pages, and the door through which a browser reaches the API."""
