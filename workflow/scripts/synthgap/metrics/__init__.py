"""What is measured on sets of images and on classifiers, and how differences are judged."""
